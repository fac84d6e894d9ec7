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

// plainWords occur around every business and name none: alone, or beside nothing but tradewords, they say nothing, whatever
// the examples that hold them are about.
var plainWords = set(`
right wrong correct exactly sure fine great cool good bad nice true false maybe perhaps really actually okay question questions ask asking answer information details detail
ok oke okay yes yeah no nope ya iya yoi begin start next finish done again back same different new old big bigger great little first last one two three many lot few everything something anything nothing thing things stuff
customer customers client clients people person persons family friend friends wife husband owner boss staff employee employees partner member members team office branch home house
work job working price cheap cheaper expensive item items goods order orders service services local simple normal today tomorrow yesterday month year week time city village market
entrepreneur seller sellers trader merchant freelance freelancer open opened starting started using use register registered registration send know tell understand confused
besar baru lama murah mahal bagus jelek laris sepi rame ramai kantor kantornya cabang pusat pasar kota desa kampung keluarga teman istri suami anak pelanggan konsumen pembeli penjual pedagang pengusaha
karyawan tim pemilik rumah mitra pesanan benar betul salah keliru mungkin tentu pasti coba selesai besok kemarin bulan tahun minggu lanjut mulai satu dua tiga pertama kedua
beli alat pay plan operator party center foreign multi public warga village eceran ecer panjang pendek hitam putih biru merah machine machines
oh ah eh hmm wow wah yup yep promo promosi blast broadcast message messages branch branches tempat cabangnya instagram ig facebook fb tiktok through puluh belas ratus
empat lima enam tujuh delapan sembilan sepuluh macam bermacam beragam aneka various sesuatu apapun segala merintis baru bareng bingung paham mengerti jelas penting cepat gampang mudah susah
jakarta bandung surabaya jogja yogyakarta bali indonesia medan semarang malang solo bekasi bogor depok tangerang makassar palembang
`)
