package match

// stopwords say nothing about the kind of business; they count little.
var stopwords = set(`
saya kami kita anda dia mereka ini itu yang dan atau di ke dari untuk buat dengan pada dalam oleh sebagai adalah ialah sama juga saja
lagi sudah belum bisa boleh mau akan harus ada tidak bukan tanpa apa apakah bagaimana kenapa berapa kapan siapa mana kalau jika karena supaya biar agar
tapi melainkan sedangkan namun hanya kak bang pak bu mas mbak om tante min admin gan bro sis bos bund bunda kakak mohon tolong terima kasih permisi
maaf halo hai hi hello hallo selamat pagi siang sore malam met assalamualaikum waalaikumsalam wr wb salam sejahtera perkenalkan nama tanya nanya izin
info ya kok loh lho sih deh nih tuh dong lah kan kah pun daftar wa api whatsapp pakai seperti banyak orang gimana aja gitu begini begitu jadi terus trus
lalu masih sekarang dulu nanti sangat sekali lebih paling agak cukup tentang hal via lewat nya para semua setiap beberapa per pt cv ud
saat waktu secara antara punya milik kata mengenai ingin supaya jg klo dulunya sejak hingga sampai
the a an of to for in on at by with and or is are am be been was were i we you he she it they my our your their his her its this that these those
do does did have has had can could will would shall should may might must not no but if so as from about into than then there here what which who whom
how why when where im ive weve were id please thanks hello hi hey good morning afternoon evening just also very some any all each more most other
us me them our ours yours get got want need would like apply
`)

// tradewords say that there is a business, not which: they do not keep an ambiguous word from standing alone.
var tradewords = set(`
jual jualan menjual ngejual dagang dagangan usaha bisnis toko perusahaan produk barang buka bikin bergerak bidang punya usahaku kecil kecilan
rumahan sendiri jenis sell selling sells business company shop store product products small run own online offline lokal pribadi skala mikro umkm
`)
